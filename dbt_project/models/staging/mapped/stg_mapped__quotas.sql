{{ mapped_records('quotas') }}
