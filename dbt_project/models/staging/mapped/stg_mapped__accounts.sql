{{ mapped_records('accounts') }}
