{{ mapped_records('contacts') }}
