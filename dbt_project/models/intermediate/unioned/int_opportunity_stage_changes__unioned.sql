{{ config(materialized='view') }}
{{ union_sources('opportunity_stage_changes') }}
