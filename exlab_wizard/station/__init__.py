"""The station: one server leads it, others follow; what people ask of it, and what it knows."""
