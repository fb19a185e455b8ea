{{ config(materialized='view') }}
{{ union_sources('consents') }}
