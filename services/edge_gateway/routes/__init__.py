"""One module for each noun of the HTTP interface: it parses, calls and responds."""
