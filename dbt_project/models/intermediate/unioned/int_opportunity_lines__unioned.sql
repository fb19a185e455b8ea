{{ config(materialized='view') }}
{{ union_sources('opportunity_lines') }}
