from .news import NewsItem

__all__ = ["NewsItem"]
