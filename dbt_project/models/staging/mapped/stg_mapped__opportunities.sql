{{ mapped_records('opportunities') }}
