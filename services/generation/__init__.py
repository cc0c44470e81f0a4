"""Generation: turns a question and passages into a cited answer."""
