{{ mapped_records('contact_points') }}
