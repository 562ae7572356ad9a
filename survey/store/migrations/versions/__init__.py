"""One module per change of the tables, up and down."""
