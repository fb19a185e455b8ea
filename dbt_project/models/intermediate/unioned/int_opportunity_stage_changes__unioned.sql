{{ union_sources('opportunity_stage_changes') }}
