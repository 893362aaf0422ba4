"""Reports for people: one call as a page."""

from deploy.report.call_report import ReportParts, write_report

__all__ = ["ReportParts", "write_report"]
