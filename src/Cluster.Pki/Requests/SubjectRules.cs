using Cluster.Pki.Certificates;

namespace Cluster.Pki.Requests;

/// <summary>Bounds of the subject's parts (RFC 5280, appendix A.1).</summary>
internal static class SubjectRules
{
    public const int MaximumCommonName = 64;

    public static void Check(SubjectName subject, List<NameProblem> problems)
    {
        Text("commonName", subject.CommonName, MaximumCommonName, problems);
        Text("organization", subject.Organization, 64, problems);
        Text("organizationalUnit", subject.OrganizationalUnit, 64, problems);
        Text("locality", subject.Locality, 128, problems);
        Text("state", subject.State, 128, problems);
        if (subject.Country is { } country && !(country.Length == 2 && country.All(char.IsAsciiLetter)))
            problems.Add(new NameProblem("subject/country", "invalid-country", "The country is a two-letter code of ISO 3166."));
    }

    /// <summary>A bounded copy of foreign text for messages.</summary>
    public static string Shown(string? text)
    {
        var visible = new string([.. (text ?? "").Take(80).Select(c => char.IsControl(c) ? '?' : c)]);
        return (text?.Length ?? 0) > 80 ? visible + "…" : visible;
    }

    private static void Text(string field, string? value, int maximum, List<NameProblem> problems)
    {
        if (value is null) return;
        if (string.IsNullOrWhiteSpace(value) || value.Any(char.IsControl))
            problems.Add(
                new NameProblem(
                    $"subject/{field}", "invalid-subject", "The text is empty or holds control characters; leave the member out instead."));
        else if (value.Length > maximum)
            problems.Add(
                new NameProblem(
                    $"subject/{field}",
                    "subject-too-long",
                    $"The text has {value.Length} characters; at most {maximum} are allowed (RFC 5280)."));
    }
}
