{{ config(materialized='view') }}
{{ quarantined_records('hubspot') }}
