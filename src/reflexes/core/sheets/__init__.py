"""Sheets in and out: CSV, XLSX, ODS, with one clear sentence for whatever is wrong (stack.md, "Spreadsheets")."""
