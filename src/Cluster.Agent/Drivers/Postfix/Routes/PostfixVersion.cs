using System.Globalization;

namespace Cluster.Agent.Drivers.Postfix.Routes;

/// <summary>mail_version of Postfix, as far as it can be compared: <c>3.7.11</c>, <c>3.11-20250101</c>.</summary>
/// <param name="Major">The first number; 0 = it cannot be told.</param>
/// <param name="Minor">The second.</param>
/// <param name="Patch">The third; 0 of what is not released.</param>
internal readonly record struct PostfixVersion(int Major, int Minor, int Patch)
{
    public static PostfixVersion Parse(string? text)
    {
        int[] numbers = [.. (text ?? "").Split('-')[0].Split('.').Select(Number)];
        return new PostfixVersion(numbers[0], numbers.ElementAtOrDefault(1), numbers.ElementAtOrDefault(2));
    }

    /// <summary>Whether it is this version or a newer one.</summary>
    public bool IsAtLeast(int major, int minor, int patch = 0) => (Major, Minor, Patch).CompareTo((major, minor, patch)) >= 0;

    /// <summary>
    /// Whether it asks the C library by itself to be told of validation. Since glibc 2.31 nobody is told otherwise; 3.5.1, 3.4.11 and
    /// newer ones ask.
    /// </summary>
    public bool HearsOfValidation => IsAtLeast(3, 5, 1) || (Minor == 4 && IsAtLeast(3, 4, 11));

    /// <summary>Whether a sender can lower the level for a message by a header, <c>TLS-Required: no</c> (RFC 8689, 5).</summary>
    public bool LetsSendersLower => IsAtLeast(3, 10);

    private static int Number(string text) =>
        int.TryParse(text, NumberStyles.None, CultureInfo.InvariantCulture, out var number) ? number : 0;
}
