{{ config(materialized='view') }}
{{ union_sources('users') }}
