{{ mapped_records('opportunity_stage_changes') }}
