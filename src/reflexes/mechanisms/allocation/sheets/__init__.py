"""People and needs in two sheets: the plan without a server, and the dry run of the site's import (issue 2, part 4).

Nothing here touches a table: the command line runs it without a database.
"""
