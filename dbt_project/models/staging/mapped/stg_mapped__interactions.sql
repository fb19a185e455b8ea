{{ mapped_records('interactions') }}
