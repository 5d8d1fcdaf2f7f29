"""Renders Tables, and never computes a statistic: charts, workbook (Excel), page (HTML).

matplotlib, xlsxwriter and nbconvert are imported only when something is drawn or written.
"""
