"""How much a file may ask of us. Technical bounds of the product, in this one place.

They keep a worker alive; they are no rules about childcare, so they do not stand among the limits
of the law.
"""

MEGABYTE = 1024 * 1024

# The file as it comes, and what may be inside.
MOST_BYTES_IN = 2 * MEGABYTE
MOST_BYTES_OUT = 50 * MEGABYTE
MOST_ENTRIES = 100
MOST_RATIO = 100  # what a part unpacks to, against what it takes packed
RATIO_MATTERS_FROM = MEGABYTE  # a small part of blanks packs well, and does no harm

# The sheet.
MOST_ROWS = 5000  # rows with something in them, header and titles aside
MOST_COLUMNS = 40
HEADER_WITHIN_ROWS = 30
LONGEST_TEXT = 1000  # characters of one cell
MOST_TEXT = 12 * MEGABYTE  # characters of all cells together
LAST_ROW_OF_EXCEL = 1_048_576

# The process that reads it.
CHILD_MEMORY = 512 * MEGABYTE
CHILD_SECONDS = 30

# What is told of it.
LONGEST_ECHO = 40  # characters of a value in a message
MOST_FAULTS_KEPT = 1000
FAULTY_ROWS_SHOWN = 200
GOOD_ROWS_SHOWN = 10

# The job.
TRIES = 3
SECONDS_UNTIL_GIVEN_UP = 150  # above the worker's time limit: whoever had it is gone
DAYS_A_FILE_IS_KEPT = 30
PROGRESS_EVERY_ROWS = 25
ROWS_SAVED_AT_A_TIME = 250  # by kinds that save many at a time
