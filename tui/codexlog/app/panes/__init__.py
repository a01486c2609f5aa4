"""One controller a pane: takes news from the loaders and keys from the screen, tells the widgets."""
