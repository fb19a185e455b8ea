{{ mapped_records('leads') }}
