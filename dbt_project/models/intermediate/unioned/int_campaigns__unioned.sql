{{ config(materialized='view') }}
{{ union_sources('campaigns') }}
