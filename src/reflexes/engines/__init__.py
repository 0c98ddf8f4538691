"""Pure arithmetic: data in, report out, seed in. No framework, no input or output, no clock."""
