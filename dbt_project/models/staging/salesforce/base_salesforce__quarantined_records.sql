{{ config(materialized='view') }}
{{ quarantined_records('salesforce') }}
