"""The screens: the three panes, the help, and the small ones that ask something."""
