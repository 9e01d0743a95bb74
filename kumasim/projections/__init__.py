"""Read models: folds of the journal into what people ask for."""
