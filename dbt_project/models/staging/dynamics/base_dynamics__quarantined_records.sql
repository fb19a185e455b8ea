{{ config(materialized='view') }}
{{ quarantined_records('dynamics') }}
