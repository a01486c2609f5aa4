"""The query language of the session list: `outcome:failed project:api tool:exec_command exit:!0 "text"`.

Terms are parted by blanks and must all hold. Pure: the clock comes in as an argument.
"""
