"""Where the home page is asked from."""

from django import forms

from portal.selectors import Here


class HereForm(forms.Form):
    """A position, if the device gave one. What cannot be read is no position."""

    lat = forms.FloatField(min_value=-90, max_value=90, required=False)
    lon = forms.FloatField(min_value=-180, max_value=180, required=False)

    def here(self) -> Here | None:
        if not self.is_valid():
            return None
        lat, lon = self.cleaned_data["lat"], self.cleaned_data["lon"]
        return None if lat is None or lon is None else Here(lat, lon)
