{{ mapped_records('cases') }}
