{{ config(materialized='view') }}
{{ union_sources('cases') }}
