"""The doors for signing in on a phone."""

from regulars.members.signin.asking import sign_in_code_ask
from regulars.members.signin.sessions import session_begin, session_end, sessions_end
from regulars.members.signin.trying import member_join, proof_is_good, sign_in_code_try
from regulars.members.signin.words import phone_words_save

__all__ = [
    "member_join",
    "phone_words_save",
    "proof_is_good",
    "session_begin",
    "session_end",
    "sessions_end",
    "sign_in_code_ask",
    "sign_in_code_try",
]
