from django.urls import path

from shop import views

urlpatterns = [
    path('users/<int:user_id>/orders/', views.orders),
]
