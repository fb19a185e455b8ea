{{ mapped_records('consents') }}
