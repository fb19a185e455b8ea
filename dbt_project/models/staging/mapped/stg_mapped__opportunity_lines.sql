{{ mapped_records('opportunity_lines') }}
