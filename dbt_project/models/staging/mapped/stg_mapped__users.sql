{{ mapped_records('users') }}
