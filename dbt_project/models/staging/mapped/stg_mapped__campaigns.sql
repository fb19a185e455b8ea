{{ mapped_records('campaigns') }}
