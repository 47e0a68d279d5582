"""The condition tables: rows of CSV files as checked, frozen records."""

from calfnb.tables.checking import check_tables, shipped_folder
from calfnb.tables.loading import load_tables
from calfnb.tables.problems import Problem, TablesError
from calfnb.tables.records import Tables

__all__ = ["Problem", "Tables", "TablesError", "check_tables", "load_tables", "shipped_folder"]
