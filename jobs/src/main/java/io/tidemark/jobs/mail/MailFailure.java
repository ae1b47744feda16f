package io.tidemark.jobs.mail;

/** Why a mail was not delivered, and what to do. Its text holds no secret. */
public final class MailFailure extends Exception {
  private static final long serialVersionUID = 1L;

  /** What the failure means for what comes next. */
  public enum Kind {
    /** The server does not answer, or asks to come again: later it may work. */
    LATER,
    /** The server is there, and takes no mail of ours until somebody changes something. */
    NO_MAIL,
    /** This mail alone is refused. */
    THIS_MAIL,
    /** This mail alone is not taken now: later it may be. */
    THIS_MAIL_LATER,
    /** The server may have taken it. */
    UNKNOWN
  }

  private final Kind kind;

  public MailFailure(Kind kind, String message, Throwable cause) {
    super(message, cause);
    this.kind = kind;
  }

  /** Whether the same mail is worth another try. */
  public boolean passes() {
    return kind == Kind.LATER || kind == Kind.THIS_MAIL_LATER;
  }

  /** What it means for what comes next. */
  public Kind kind() {
    return kind;
  }
}
