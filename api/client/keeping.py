"""Questions that are kept: mine, and those that others share with me."""

from api.client.transport import ApiSection, Versioned, at
from api.schemas.questions import NewQuestion, Question, QuestionFile, Questions


class Keeping(ApiSection):
    """Kept questions of the graph, for analysts; they are asked with `query`."""

    def questions(self) -> Questions:
        """Mine, then those shared with me, each by name."""
        return self._line.ask("GET", "/questions", Questions)

    def question(self, question: str) -> Versioned[Question]:
        """One of them with its version."""
        return self._line.get_versioned(at("questions", question), Question)

    def keep_question(self, sent: NewQuestion) -> Question:
        """Keeps one: `NewQuestion(name="Vacant", query="MATCH …", logins=("maja",))`."""
        return self._line.post_once("POST", "/questions", Question, body=sent)

    def change_question(self, question: str, sent: NewQuestion, etag: str) -> Versioned[Question]:
        """Puts one of mine into other words. Raises: Conflict: it has another version by now."""
        return self._line.replace(at("questions", question), Question, body=sent, etag=etag)

    def delete_question(self, question: str, etag: str) -> None:
        """Keeps one of mine no longer. Raises as `change_question`."""
        self._line.send("DELETE", at("questions", question), etag=etag)

    def question_file(self, question: str) -> QuestionFile:
        """One as a file, which names no account."""
        return self._line.ask("GET", at("questions", question, "file"), QuestionFile)

    def keep_question_file(self, sent: QuestionFile) -> Question:
        """Keeps the question of a file as one of mine. Raises: Invalid: it is of a newer form."""
        return self._line.post_once("POST", "/questions/file", Question, body=sent)
