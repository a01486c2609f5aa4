"""What commands do beyond moving, a module for each kind; loaded when one of its commands is asked for."""
