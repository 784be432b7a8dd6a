"""Parts of scripts/mutate: the tables of mutants, the operators that derive more of them, and the bench that tries them."""
