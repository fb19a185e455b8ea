{{ config(materialized='view') }}
{{ quarantined_records('odoo') }}
