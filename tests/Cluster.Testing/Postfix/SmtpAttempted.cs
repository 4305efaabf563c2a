namespace Cluster.Testing.Postfix;

/// <summary>What a client saw that tried to hand over a message.</summary>
/// <param name="Hello">The answer to its last EHLO; empty = it did not come so far.</param>
/// <param name="Answer">
/// What ended the attempt: the first answer that is no success, the one to the recipient, or what ended the connection.
/// </param>
public sealed record SmtpAttempted(string Hello, string Answer)
{
    /// <summary>Whether AUTH was offered, under TLS where it had begun.</summary>
    public bool OffersAuth => Hello.Contains("AUTH ", StringComparison.Ordinal);
}
