{{ config(materialized='view') }}
{{ quarantined_records('zoho') }}
