"""What was meant by a choice that is called otherwise elsewhere."""

from __future__ import annotations

from collections.abc import Iterable

from crawler.runtime.near import did_you_mean, hint


def choice_meant(written: str, known: Iterable[str]) -> str:
    """`` (did you mean x?)`` for one of several choices: what other programs call it, or what is nearly its name."""
    choices = list(known)
    same = next((meant for words, meant in _SAME if written.lower() in words and meant in choices), None)
    return hint(same) or did_you_mean(written, choices)


_SAME = (
    ({"ssl", "ssl/tls", "tls/ssl", "smtps", "implicit", "implicit tls", "tls1.2", "tls1.3"}, "tls"),
    ({"explicit", "explicit tls", "start_tls", "start-tls", "opportunistic"}, "starttls"),
    ({"off", "no", "false", "plain", "unencrypted", "nothing"}, "none"),
    ({"rss", "atom", "xml", "json", "rdf"}, "feed"),
    ({"mail", "smtp", "e-mail"}, "email"),
    (
        {
            "ollama",
            "llama.cpp",
            "llama-cpp",
            "llamacpp",
            "vllm",
            "lmstudio",
            "lm studio",
            "chatgpt",
            "gpt",
            "llm",
            "chat",
            "azure",
        }
        | {
            "deepseek",
            "qwen",
            "mistral",
            "groq",
            "openrouter",
            "litellm",
            "openai-compatible",
            "anthropic",
            "gemini",
        },
        "openai",
    ),
    ({"argostranslate", "argos-translate", "argos translate", "opennmt"}, "argos"),
    ({"libre", "libre-translate", "libre translate", "lt"}, "libretranslate"),
    ({"http", "https", "post", "hook", "callback"}, "webhook"),
    (
        {
            "slack",
            "telegram",
            "teams",
            "wecom",
            "wechat",
            "feishu",
            "lark",
            "dingtalk",
            "discord",
            "matrix",
            "line",
            "apprise",
        },
        "chat",
    ),
    ({"file", "files", "directory", "dir"}, "folder"),
    ({"html", "page", "list", "web", "website", "scrape"}, "listing"),
)
"""What other programs call a choice."""
